/** `didar help backup`. */
export function backupTopic(): string {
  return `BACKUP

A backup is one file (mode 0600) with the database as of one moment, the
configuration, secrets and certificates, and recordings if asked for; it is
made while people meet. Who has the file has the server: encrypt it, or keep it
as safe.

  didar backup /srv/backups                    named after host and time
  didar backup night.age --recipient age1...   encrypted; --encrypt asks for a
                                               passphrase
  didar restore night.tar.zst --dry-run        checks all of it, changes nothing
  didar restore night.tar.zst                  with the server stopped

By itself, every so often, the newest of which stay:
  backup: { every: 24h, dir: /srv/backups, keep: 14, toBucket: true }
"didar doctor" tells when one failed or is late, and these are all of them:
  didar job list --kind make_backup

What is not in it: what the configuration takes from elsewhere (..._FILE, the
files of server.tls.cert and key). Without didar, zstd -d < FILE | tar x
unpacks it, with age -d in front of an encrypted one. "didar upgrade" makes one
by itself before it swaps the executable.`;
}
