/** Reads a header bit by bit, most significant first; past its end there are zeros. */
export class Bits {
  #position = 0;

  constructor(private readonly data: Uint8Array) {}

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.data[this.#position >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#position & 7))) & 1);
      this.#position++;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** Exponential-Golomb, unsigned (H.264, section 9.1). */
  golomb(): number {
    let zeros = 0;
    while (zeros < 32 && this.#position < this.data.length * 8 && !this.flag()) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  signedGolomb(): number {
    const code = this.golomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
