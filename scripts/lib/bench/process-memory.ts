const MEGABYTE = 1_000_000;

/** Megabytes that a process has resident now, and had at most. */
export async function memoryOf(pid: number): Promise<{ settled: number; peak: number }> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  const megabytes = (field: string) =>
    (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / MEGABYTE;
  return { settled: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
