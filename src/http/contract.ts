import type { DefinitionBase, Elysia, MetadataBase, SingletonBase } from 'elysia';
import type { accountRoutes } from '../modules/auth/routes.ts';
import type { backupRoutes } from '../modules/backups/routes.ts';
import type { denialRoutes } from '../modules/denials/routes.ts';
import type { doctorRoutes } from '../modules/doctor/routes.ts';
import type { eventRoutes } from '../modules/events/routes.ts';
import type { inviteRoutes } from '../modules/invites/routes.ts';
import type { jobRoutes } from '../modules/jobs/routes.ts';
import type { metricsRoutes } from '../modules/metrics/routes.ts';
import type { networkRoutes } from '../modules/network/routes.ts';
import type { everyoneRoutes } from '../modules/participants/everyone-routes.ts';
import type { participantRoutes } from '../modules/participants/routes.ts';
import type { recordingRoutes } from '../modules/recordings/routes.ts';
import type { roomRoutes } from '../modules/rooms/routes.ts';
import type { systemRoutes } from '../modules/system/routes.ts';
import type { usageRoutes } from '../modules/usage/routes.ts';
import type { waitingRoutes } from '../modules/waiting/routes.ts';
import type { webhookRoutes } from '../modules/webhooks/routes.ts';

type RoutesOf<Make extends (deps: never) => { readonly '~Routes': unknown }> = ReturnType<Make>['~Routes'];

/**
 * The API as a type, for clients in TypeScript: `treaty<Contract>(url)` of Eden. A new module adds its routes here. Put
 * together from the modules' types alone, since as one app in code it would have to be chained where it is composed.
 */
export type Contract = Elysia<
  '',
  SingletonBase,
  DefinitionBase,
  MetadataBase,
  RoutesOf<typeof systemRoutes> &
    RoutesOf<typeof doctorRoutes> &
    RoutesOf<typeof metricsRoutes> &
    RoutesOf<typeof networkRoutes> &
    RoutesOf<typeof usageRoutes> &
    RoutesOf<typeof accountRoutes> &
    RoutesOf<typeof roomRoutes> &
    RoutesOf<typeof participantRoutes> &
    RoutesOf<typeof everyoneRoutes> &
    RoutesOf<typeof inviteRoutes> &
    RoutesOf<typeof waitingRoutes> &
    RoutesOf<typeof denialRoutes> &
    RoutesOf<typeof eventRoutes> &
    RoutesOf<typeof recordingRoutes> &
    RoutesOf<typeof jobRoutes> &
    RoutesOf<typeof backupRoutes> &
    RoutesOf<typeof webhookRoutes>
>;
