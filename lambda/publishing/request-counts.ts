/** A ledger without an entry. */
export const noRequestCounts = {
  sent: 0,
  delivered: 0,
  late: 0,
  unanswered: 0,
  send_failed: 0,
  undecided: 0,
  never_sent: 0,
  duplicate: 0,
  foreign: 0,
  corrupt: 0,
};
