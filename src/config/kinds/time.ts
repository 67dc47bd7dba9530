import { formatDuration, parseDuration } from '../../lib/duration.ts';
import { accept, type Kind, type Parsed, refuse } from './kind.ts';

/** Milliseconds from `30s`, `10m`, `12h`, `30d`; `none` is a word for "without". */
export function duration(fromMs: number, toMs: number, none?: string): Kind<number> {
  const expects = `a duration such as \`30s\`, \`10m\`, \`12h\` or \`30d\`${none ? `, or \`${none}\`` : ''}`;
  return {
    expects,
    placeholder: 'duration',
    parse(raw): Parsed<number> {
      if (none !== undefined && raw === none) return accept<number>(undefined);
      if (typeof raw === 'number' || (typeof raw === 'string' && /^\d+$/.test(raw))) {
        if (Number(raw) === 0 && fromMs === 0) return accept(0);
        return refuse('has no unit', `write ${raw}s for seconds, ${raw}m for minutes, ${raw}d for days`);
      }
      const ms = typeof raw === 'string' ? parseDuration(raw.trim()) : undefined;
      if (ms === undefined) return refuse('is not a duration', 'write it like 30s, 10m, 12h or 30d');
      if (ms < fromMs || ms > toMs) {
        return refuse('is out of range', `write ${formatDuration(fromMs)} to ${formatDuration(toMs)}`);
      }
      return accept(Math.round(ms));
    },
    show: formatDuration,
  };
}
