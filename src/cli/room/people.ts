/** How many, as a sentence has it: `one person`, `3 people`. */
export function people(count: number): string {
  return count === 1 ? 'one person' : `${count} people`;
}
