import { hostile } from '../../testing/hostile.ts'

hostile('what settles twice has settled once', {
  code: `export default async () => {
    return { then(resolve: any, reject: any) { resolve(7); reject(new Error('late')); resolve(8) } }
  }`,
  gives: 7,
})
