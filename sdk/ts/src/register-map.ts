/** Registers by slot, and the nearest known ones on either side of any slot. */
export interface Registers {
  importWh: bigint;
  exportWh: bigint;
}

export interface KnownRegisters extends Registers {
  slot: number;
}

export class RegisterMap extends Map<number, Registers> {
  /** The keys, rising. */
  readonly #slots: number[] = [];

  copy(): RegisterMap {
    const copy = new RegisterMap();
    for (const [slot, registers] of this) copy.set(slot, registers);
    return copy;
  }

  override set(slot: number, registers: Registers): this {
    if (!this.has(slot)) this.#slots.splice(this.#place(slot), 0, slot);
    return super.set(slot, registers);
  }

  override delete(slot: number): boolean {
    if (this.has(slot)) this.#slots.splice(this.#place(slot), 1);
    return super.delete(slot);
  }

  newestSlot(): number | undefined {
    return this.#slots.at(-1);
  }

  /** The newest that is known of before a slot. */
  before(slot: number): KnownRegisters | undefined {
    return this.#at(this.#place(slot) - 1);
  }

  /** The oldest that is known of after a slot. */
  after(slot: number): KnownRegisters | undefined {
    return this.#at(this.#place(slot + 1));
  }

  #at(place: number): KnownRegisters | undefined {
    const slot = this.#slots[place];
    return slot === undefined ? undefined : { slot, ...this.get(slot)! };
  }

  /** How many keys are below a slot. */
  #place(slot: number): number {
    if (slot > (this.#slots.at(-1) ?? -1)) return this.#slots.length; // mostly the next one
    let [low, high] = [0, this.#slots.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#slots[middle] < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
