/** What counts as one sender: an IPv4 address, or the /64 of an IPv6 address, which one person has as a whole (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail = ''] = address.split('::');
  const first = head.split(':').filter(Boolean);
  const missing = address.includes('::') ? 8 - first.length - tail.split(':').filter(Boolean).length : 0;
  return [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail.split(':')]
    .slice(0, 4)
    .join(':');
}
