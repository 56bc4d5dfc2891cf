/** What a token may be for. `admin` includes all, `operate` includes `read`. */
export const SCOPES = ['ingest', 'predict', 'read', 'operate', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** Who asks: the token of the request. */
export interface Actor {
  /** Id of the token, as it stands in its text. */
  readonly id: string
  /** What a person called the token. */
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** Whether somebody with `held` may do what needs `needed`. */
export function holdsScope(held: readonly Scope[], needed: Scope): boolean {
  return held.includes(needed) || held.includes('admin') || (needed === 'read' && held.includes('operate'))
}

/** As it stands in decision records and in the audit: the name may be given twice, the id not. */
export function actorText({ name, id }: Actor): string {
  return `${name} (${id})`
}
