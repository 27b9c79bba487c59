/** Counts the handled frames whose replies are not acknowledged yet. Pure. */
export class Unacknowledged {
  readonly #most: { frames: number; bytes: number };
  #frames = 0;
  #bytes = 0;

  constructor(most: { frames: number; bytes: number }) {
    this.#most = most;
  }

  get frames(): number {
    return this.#frames;
  }

  get hasRoom(): boolean {
    return this.#frames < this.#most.frames && this.#bytes < this.#most.bytes;
  }

  add(bytes: number): void {
    this.#frames += 1;
    this.#bytes += bytes;
  }

  /** Adds the bytes of the replies of a frame, which also wait. */
  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  delete(bytes: number): void {
    this.#frames -= 1;
    this.#bytes -= bytes;
  }
}
