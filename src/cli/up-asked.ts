export const ROLES = ['api', 'worker'] as const
export type Role = (typeof ROLES)[number]

/** The words of `keepfit up`. What is undefined was not said. */
export interface UpAsked {
  readonly dataFolder?: string | undefined
  readonly configFile?: string | undefined
  readonly databaseUrl?: string | undefined
  /** Empty = all of them, in this one process. */
  readonly roles: readonly Role[]
  readonly server: {
    readonly host: string
    readonly port: number
    readonly tls?: { readonly cert: string; readonly key: string } | undefined
    readonly allowsInsecureNetwork?: boolean
  }
  readonly hosts: readonly string[]
  /** Trainings at a time. */
  readonly concurrency?: number | undefined
  readonly logTo?: string | undefined
  /** Ends when its standard input closes: with whoever started it, however that ends. */
  readonly endsWithInput?: boolean
}

export interface UpReady {
  /** Null without the role api. */
  readonly url: string | null
  readonly readyMs: number
  readonly roles: readonly Role[]
  readonly models: number
  readonly configFile: string | null
}

export interface UpListener {
  onReady(ready: UpReady): void
  onStopping(): void
}
