/** Thrown when the program itself is wrong. Never retried, never shown as if the user could mend it. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** States an invariant of ours. Use `Fault` for what a user or the outside world can cause. */
export function assert(holds: unknown, message: string): asserts holds {
  if (!holds) throw new BrokenInvariant(message)
}

/** The last branch of an exhaustive `switch`: a new member of the union becomes a type error here. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`no branch for ${JSON.stringify(value)}`)
}
