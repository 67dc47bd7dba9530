import type { TrackSource } from '../../../src/access/permissions.ts';
import { TRACK_SOURCES_SHOWN } from '../../text/sources.ts';
import { chosenSwitch, type Field, switchField, type Values } from '../dialogs/form.ts';

/** What somebody, a role or everyone may publish, hear and send. */
export interface MediaRights {
  readonly publish: readonly TrackSource[];
  readonly subscribe: boolean;
  readonly data: boolean;
}

export const SOURCES: readonly TrackSource[] = TRACK_SOURCES_SHOWN.map(({ source }) => source);

/** Of the rights that are no sources, in people's words. */
export const MEDIA_SWITCHES = [
  { id: 'subscribe', label: 'see and hear the others' },
  { id: 'data', label: 'send messages' },
] as const;

/** A switch for each source: on, off, or mixed where those of `all` differ. */
export function publishFields(all: readonly Pick<MediaRights, 'publish'>[]): Field[] {
  return TRACK_SOURCES_SHOWN.map(({ source, label }) =>
    switchField(
      source,
      `publish ${label}`,
      all.map(({ publish }) => publish.includes(source)),
    ),
  );
}

/** Those, and a switch for each of the other rights. */
export function mediaFields(all: readonly MediaRights[]): Field[] {
  return [
    ...publishFields(all),
    ...MEDIA_SWITCHES.map(({ id, label }) =>
      switchField(
        id,
        label,
        all.map((rights) => rights[id]),
      ),
    ),
  ];
}

/** The sources that were chosen; one that was left mixed is as it was `before`. */
export function publishedBy(values: Values, before: readonly TrackSource[]): TrackSource[] {
  return SOURCES.filter((source) => chosenSwitch(values[source]) ?? before.includes(source));
}

/** All that was chosen; what was left mixed is as it was `before`. */
export function mediaRightsBy(values: Values, before: MediaRights) {
  return {
    publish: publishedBy(values, before.publish),
    subscribe: chosenSwitch(values.subscribe) ?? before.subscribe,
    data: chosenSwitch(values.data) ?? before.data,
  };
}
