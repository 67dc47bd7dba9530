import { type Check, ok, skipped, warning } from '../../check.ts';

/** livekit's TURN listener behind our TLS speaks plainly, on every address: nobody but the front should get to it. */
export const plaintextTurnCheck: Check = {
  id: 'network.turn-plaintext',
  title: "livekit's plain TURN port is closed to others",
  run({ running }) {
    const turn = running?.turnTls;
    if (turn === undefined) return skipped('There is no TURN/TLS behind a front here.');
    const { port, guard } = turn;
    if (guard.state === 'closed') return ok(`Port ${port} is closed to others by ${guard.by}.`);
    return warning(
      `Port ${port}/tcp is open to others: ${guard.reason}. It asks for credentials like TURN on 443 does, but without encryption.`,
      {
        fix: 'Let only the public ports through the firewall, or let Didar close it, on a machine with nftables: as a service (sudo didar service install), or with CAP_NET_ADMIN.',
        key: 'livekit.turn.enabled',
      },
    );
  },
};
