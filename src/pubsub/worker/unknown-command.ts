import { handler_error } from './worker-options.js';

/** The code of the error reply to a request whose command is not in the map of `commands`. */
const UNKNOWN_COMMAND = 'unknown_command';

/** The request names a command that is not in the map of `commands`. */
export class UnknownCommand extends handler_error {
  constructor(sentence: string) {
    super(UNKNOWN_COMMAND, sentence);
  }

  /** For the requester: another program may have joined the group of the program that knows the command. */
  toGroup(group: string): string {
    return `${this.message}; each worker of group ${group} gets a share of the requests, so all of them must know the same commands`;
  }
}
