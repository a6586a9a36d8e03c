import { hostile } from '../../testing/hostile.ts'

hostile('what contains itself is an error that says where', {
  code: `export default async () => {
    const a: any = { list: [] }
    a.list.push({ back: a })
    return a
  }`,
  endsAs: 'code_error',
  saying: 'result.list[0].back is circular',
})
