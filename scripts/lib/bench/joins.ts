import { startDidar } from '../../../test/harness/didar.ts';
import { createAccount, createRoom } from '../../../test/harness/people.ts';
import type { LoadOptions, LoadResult } from './load-types.ts';
import { median, type Row } from './row.ts';
import { runLoad } from './run-load.ts';

const CONNECTIONS = 32;
const WARM_UP_MS = 1500;
const FOR_MS = 3000;
const P99_GOAL_MS = 20;

type Target = Pick<LoadOptions, 'port' | 'path' | 'json' | 'token'>;

/** Join requests of a signed-in user, against two bare routes that only sign. Taken in turns. */
export async function benchJoins(rounds: number): Promise<Row[]> {
  const didar = await startDidar({ config: { log: { level: 'warn' } } });
  const bare = { sdk: startBare('sdk'), own: startBare('own') };
  try {
    const [account, room] = [await createAccount(didar), await createRoom(didar)];
    const path = '/api/room/join';
    const json = { room: room.name };
    const targets: Record<'didar' | 'sdk' | 'own', Target> = {
      didar: { port: didar.ports.server, path, json, token: account.token },
      sdk: { port: await bare.sdk.port, path, json },
      own: { port: await bare.own.port, path, json },
    };
    const results: Record<keyof typeof targets, LoadResult[]> = { didar: [], sdk: [], own: [] };
    for (let i = 0; i < rounds; i++) {
      for (const name of ['didar', 'sdk', 'own'] as const) {
        results[name].push(await load(targets[name]));
      }
    }
    const rate = (name: keyof typeof targets) => median(results[name].map(({ perSecond }) => perSecond));
    const busiest = Math.max(
      ...Object.values(results)
        .flat()
        .map(({ ownCpu }) => ownCpu),
    );
    const what = `join requests, ${CONNECTIONS} connections`;
    const bareNames = { sdk: 'bare Elysia, livekit-server-sdk', own: 'bare Elysia, our own signer' };
    return [
      ...(['sdk', 'own'] as const).map(
        (name): Row => ({
          what,
          unit: '/s',
          ours: rate('didar'),
          reference: { what: bareNames[name], value: rate(name) },
          goal: { atLeast: 0.5 },
        }),
      ),
      {
        what: 'join request, p99',
        unit: 'ms',
        ours: median(results.didar.map(({ p99Ms }) => p99Ms)),
        goal: { atMost: P99_GOAL_MS },
        note: `median of ${rounds} rounds of ${FOR_MS / 1000} s; the generator used at most ${busiest.toFixed(2)} of a core`,
      },
    ];
  } finally {
    bare.sdk.stop();
    bare.own.stop();
    await didar.cleanUp();
  }
}

function startBare(signer: 'sdk' | 'own') {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/bare-route.ts`, signer], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const port = (async () => {
    for await (const chunk of child.stdout) return Number(new TextDecoder().decode(chunk));
    throw new Error('the bare route did not start');
  })();
  return { port, stop: () => child.kill('SIGKILL') };
}

function load(target: Target): Promise<LoadResult> {
  return runLoad({ ...target, connections: CONNECTIONS, warmUpMs: WARM_UP_MS, forMs: FOR_MS });
}
