// Items of lists that must be there: a wrong index is an error at once, and no `undefined` that goes on as a number.
// Loops over very many values index by themselves, which is faster.

/** @throws RangeError where the list has no such item. */
export function at<Item extends NonNullable<unknown> | null>(list: ArrayLike<Item>, index: number): Item {
  const item = list[index];
  if (item === undefined) throw new RangeError(`A list of ${list.length} has no item ${index}.`);
  return item;
}

/** @throws RangeError where the list is empty. */
export function lastOf<Item extends NonNullable<unknown> | null>(list: ArrayLike<Item>): Item {
  return at(list, list.length - 1);
}

interface Tuples<Item> {
  readonly 1: [Item];
  readonly 2: [Item, Item];
  readonly 3: [Item, Item, Item];
  readonly 4: [Item, Item, Item, Item];
  readonly 5: [...Tuples<Item>[4], Item];
  readonly 6: [...Tuples<Item>[4], Item, Item];
  readonly 7: [...Tuples<Item>[4], Item, Item, Item];
  readonly 8: [...Tuples<Item>[4], ...Tuples<Item>[4]];
}

/** How many items a {@link Tuple} can have. */
export type TupleLength = keyof Tuples<unknown>;

/** A list of so many items, one to eight. */
export type Tuple<Item, Length extends TupleLength> = Tuples<Item>[Length];

function isTuple<Item, Length extends TupleLength>(list: readonly Item[], length: Length): list is Tuple<Item, Length> {
  return list.length === length;
}

/** @throws RangeError where the list has another number of items. */
export function tuple<Item, Length extends TupleLength>(list: readonly Item[], length: Length): Tuple<Item, Length> {
  if (isTuple(list, length)) return list;
  throw new RangeError(`A list of ${list.length} was given where ${length} are expected.`);
}

type LongerTuple<Item, Length extends TupleLength> = [...Tuple<Item, Length>, ...Item[]];

function isLonger<Item, Length extends TupleLength>(list: Item[], length: Length): list is LongerTuple<Item, Length> {
  return list.length >= length;
}

/** @throws RangeError where the list has fewer items. */
export function atLeast<Item, Length extends TupleLength>(
  list: readonly Item[],
  length: Length,
): LongerTuple<Item, Length> {
  const items = [...list];
  if (isLonger(items, length)) return items;
  throw new RangeError(`A list of ${list.length} was given where at least ${length} are expected.`);
}
