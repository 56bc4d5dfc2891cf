import { execFileSync } from 'node:child_process'

/** Workers and the command run from `dist/`; build it once before the tests that start them. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
}
