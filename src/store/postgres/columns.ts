import type { ColumnType } from 'kysely'

/** Milliseconds since 1970 UTC. */
export type Ms = number
/** Read as what was stored; written as JSON text. */
export type Json<T> = ColumnType<T, string, string>
export type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>
