import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Browser, Page } from 'playwright-core';
import { joinByPage, startChromium } from '../harness/browser.ts';

/** How a page's media travels, as the browser itself tells, and what has come of it. */
export interface Travel {
  /** `udp`, `tcp`, or for a relay `relay udp`, `relay tls`: the way to the TURN server. */
  readonly path: string;
  readonly framesDecoded: number;
  readonly audioBytes: number;
}

/** A Chromium that runs on one of the lab's hosts. */
export async function startChromiumOn(
  prefix: readonly string[],
  executable: string,
): Promise<{ readonly browser: Browser; close(): Promise<void> }> {
  const directory = mkdtempSync(`${tmpdir()}/didar-lab-`);
  const wrapper = `${directory}/chromium`;
  writeFileSync(wrapper, `#!/bin/sh\nexec ${prefix.join(' ')} ${executable} "$@"\n`);
  chmodSync(wrapper, 0o700);
  const browser = await startChromium(wrapper);
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Joins by the page, which is made to remember its peer connections. */
export function call(browser: Browser, link: string, name: string): Promise<Page> {
  return joinByPage(browser, link, name, { before: (page) => page.addInitScript(rememberConnections) });
}

export function travelOf(page: Page): Promise<Travel> {
  return page.evaluate(readTravel);
}

interface Remembering extends Window {
  connections?: RTCPeerConnection[];
}

function rememberConnections(): void {
  const connections: RTCPeerConnection[] = [];
  (window as Remembering).connections = connections;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
}

/** Runs in the page. */
async function readTravel(): Promise<Travel> {
  let path = 'none';
  let framesDecoded = 0;
  let audioBytes = 0;
  for (const connection of (window as Remembering).connections ?? []) {
    const report: Map<string, Record<string, unknown>> = new Map();
    (await connection.getStats()).forEach((value, key) => {
      report.set(key, value);
    });
    for (const stat of report.values()) {
      if (stat.type === 'inbound-rtp' && stat.kind === 'video')
        framesDecoded += Number(stat.framesDecoded ?? 0);
      if (stat.type === 'inbound-rtp' && stat.kind === 'audio') audioBytes += Number(stat.bytesReceived ?? 0);
      if (stat.type !== 'transport') continue;
      const pair = report.get(String(stat.selectedCandidatePairId));
      const local = report.get(String(pair?.localCandidateId));
      if (!local) continue;
      path = local.candidateType === 'relay' ? `relay ${local.relayProtocol}` : String(local.protocol);
    }
  }
  return { path, framesDecoded, audioBytes };
}
