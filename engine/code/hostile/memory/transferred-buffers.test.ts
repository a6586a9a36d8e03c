import { hostile } from '../../testing/hostile.ts'

hostile('transferring a buffer makes none that can grow', {
  code: `export default async () => {
    const moved: any = (new ArrayBuffer(8) as any).transfer?.(16)
    const cloned = structuredClone(new ArrayBuffer(8)) as any
    return [moved?.resizable ?? false, cloned.resizable]
  }`,
  gives: [false, false],
})
