import type { Config } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { kernelFiles } from '../lib/machine/files.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { measureDisks } from '../modules/usage/disks.ts';
import { createMeter } from '../modules/usage/meter.ts';
import { createUsage, type UsageHistory } from '../modules/usage/usage.ts';

export interface UsageServiceDeps {
  readonly config: Config;
  readonly media: MediaServer;
  readonly clock: Clock;
  readonly pid: number;
}

/** What this server and its machine use, put together: our process, our livekit-server, our disks. */
export function usageService({ config, media, clock, pid }: UsageServiceDeps): UsageHistory {
  return createUsage({
    clock,
    meter: createMeter({ pid, livekitPid: () => media.status().pid, files: kernelFiles }),
    disks: () => measureDisks({ data: config.data, recordings: config.recording.dir }),
  });
}
