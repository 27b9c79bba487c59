import type { position } from '../../src/index.js';
import { Exceptions } from '../runtime/bounded-list.js';
import { ofRun } from '../runtime/run-records.js';

export interface BadRecordFacts {
  readonly position: position;
  readonly reason: string;
}

/** The invalid records that a worker skipped. Those of others have a list of their own: they leave the run's list its room. */
export class BadRecords {
  readonly #isOwn: (headers: Readonly<Record<string, string>>) => boolean;
  readonly #own = new Exceptions<BadRecordFacts>();
  readonly #others = new Exceptions<BadRecordFacts>();

  constructor(runId: string) {
    this.#isOwn = ofRun(runId);
  }

  add(facts: BadRecordFacts, headers: Readonly<Record<string, string>>): void {
    (this.#isOwn(headers) ? this.#own : this.#others).add(facts);
  }

  get count(): number {
    return this.#own.count + this.#others.count;
  }

  get listed(): readonly BadRecordFacts[] {
    return [...this.#own.listed, ...this.#others.listed];
  }
}
