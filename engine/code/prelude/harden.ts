/** Takes away what shares memory between threads, runs other machine code, or grows past the memory limit's sight. */
export function harden(): void {
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) Reflect.deleteProperty(globalThis, name)

  // A resizable buffer's memory is not counted by the isolate, so buffers have a fixed length here.
  const RealArrayBuffer = ArrayBuffer
  const fixed = function ArrayBuffer(length: unknown) {
    if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'")
    return Reflect.construct(RealArrayBuffer, [length], new.target)
  }
  Object.defineProperties(fixed, {
    name: { value: 'ArrayBuffer', configurable: true },
    prototype: { value: RealArrayBuffer.prototype, writable: false },
    isView: { value: RealArrayBuffer.isView, writable: true, configurable: true },
    [Symbol.species]: { get: () => fixed, configurable: true },
  })
  Object.defineProperty(RealArrayBuffer.prototype, 'constructor', { value: fixed, writable: true, configurable: true })
  Object.defineProperty(globalThis, 'ArrayBuffer', { value: fixed, writable: true, configurable: true })
}
