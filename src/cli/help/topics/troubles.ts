import { CHECKS } from '../../../doctor/checks/all.ts';

/** `didar help troubles`. */
export function troublesTopic(): string {
  const width = Math.max(...CHECKS.map(({ id }) => id.length));
  return `TROUBLES

  didar doctor                          what is wrong here, and how to mend it
  journalctl -u didar | didar explain   what a log says, and how to mend it
  didar probe https://meet.example.org  from anywhere: do people get in
  didar bugreport report.txt            all of it in one file, without secrets

People join, and hear nothing: UDP is closed on the way, or the server tells
them an address that leads elsewhere ("didar help firewall", livekit.nodeIP).
People can't join: the name, the certificate or port 443 ("didar help tls").
The server doesn't start: its last lines say why; a wrong configuration ends
with 78, and "didar config check" lists every fault.

The doctor's checks, and what is well when each is ok:
${CHECKS.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`).join('\n')}`;
}
