/** Where a module's log lines go: it would print its progress. The module then grows inside this very object. */
interface ModuleSeed {
  print(line: string): void
  printErr(line: string): void
}

/** WebAssembly memory only grows; past this many bytes a module is worth starting anew. */
const WORN_BYTES = 512 * 2 ** 20

interface WithHeap {
  readonly HEAP8: { readonly byteLength: number }
}

/**
 * Starts an Emscripten module and takes back the process-wide handlers it installs: they rethrow every unhandled error of ours,
 * and would keep the module's memory alive after we let go of it.
 */
export function startWasmModule<M>(start: (seed: ModuleSeed) => Promise<M>): Promise<M> {
  const exceptions = new Set(process.listeners('uncaughtException'))
  const rejections = new Set(process.listeners('unhandledRejection'))
  // The handlers are installed before the first await inside, so nobody else's can slip in between.
  const starting = start({ print() {}, printErr() {} })
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.has(listener)) process.removeListener('uncaughtException', listener)
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.has(listener)) process.removeListener('unhandledRejection', listener)
  }
  return starting
}

/** Whether the module's memory has grown so far that the next model should get a new one. */
export function isWorn(module: WithHeap): boolean {
  return module.HEAP8.byteLength > WORN_BYTES
}
