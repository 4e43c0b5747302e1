/**
 * One round of counting requests: the dump blocks for as long as the kernel walks its table, so namespaces take turns, and the
 * sampler may let go of one before its turn.
 *
 * @module
 */

/** A view into a namespace. */
interface NumberedView {
  /** The namespace's number; the kernel gives that of one that ended to the next one. */
  readonly inode: number;
}

/** Whose turn is still to come. */
export class RequestRound<View extends NumberedView> {
  #left: View[] = [];

  get isUnderWay(): boolean {
    return this.#left.length > 0;
  }

  /** Everybody has a turn once more. */
  begin(views: readonly View[]): void {
    this.#left = [...views];
  }

  /** Takes the next turn; null where the view was closed meanwhile, though another one may have its number, or none is left. */
  next(open: ReadonlyMap<number, View>): View | null {
    const view = this.#left.pop();
    return view !== undefined && open.get(view.inode) === view ? view : null;
  }
}
