import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chain, type ChainLink } from '../../src/base/chain.js';

class Member implements ChainLink<Member> {
  previous: Member | undefined;
  next: Member | undefined;
}

test('a chain has the same members in the same order as a Set', () => {
  // true: one comes; a number: the one at this place leaves.
  const steps = fc.array(fc.oneof(fc.constant(true as const), fc.nat({ max: 20 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (changes) => {
      const chain = new Chain<Member>();
      const model = new Set<Member>();
      for (const change of changes) {
        if (change === true) {
          const member = new Member();
          chain.add(member);
          model.add(member);
        } else {
          const member = [...model][change];
          if (member === undefined) continue;
          chain.delete(member);
          model.delete(member);
          expect([member.previous, member.next]).toEqual([undefined, undefined]);
        }
        const members = [...chain];
        expect(members.length === model.size && members.every((member, at) => member === [...model][at])).toBe(true);
        expect([chain.size, chain.first === members[0]]).toEqual([model.size, true]);
      }
    }),
  );
});

test('members may be added or removed during an iteration', () => {
  const chain = new Chain<Member>();
  const members = [new Member(), new Member(), new Member()];
  for (const member of members) chain.add(member);
  const seen: Member[] = [];
  for (const member of chain) {
    seen.push(member);
    chain.delete(member);
  }
  expect(seen.map((member) => members.indexOf(member))).toEqual([0, 1, 2]);
  expect([chain.size, chain.first]).toEqual([0, undefined]);
});
