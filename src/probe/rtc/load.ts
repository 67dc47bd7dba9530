/**
 * Loads what brings WebRTC along: 30 MB, which the daemon and those who only ask for help do without. The executable
 * needs the Reflect polyfill first, by an import of our own: its lazy modules run before what they import.
 */
export async function loadPathTrial() {
  await import('reflect-metadata');
  return (await import('./try-path.ts')).tryPath;
}
