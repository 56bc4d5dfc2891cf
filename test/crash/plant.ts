import type { Scene } from './invariants/invariant.ts'

/** Something that may never be, made true behind the product's back. */
export interface Plant {
  /** The invariant that must see it. */
  readonly id: string
  readonly name: string
  /** Run by a superuser, past all triggers. */
  readonly sql?: readonly string[]
  /** Done to a copy of the data folder. @returns what must be undone */
  readonly files?: (dataFolder: string) => (() => void) | undefined
  readonly scene?: (scene: Scene) => Partial<Scene>
  /** Words of the clause that must see it, where others of its invariant may see something, too. */
  readonly says?: string
}
