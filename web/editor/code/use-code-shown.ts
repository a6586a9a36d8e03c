import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../../api/queries.ts'
import { useRememberedChoice } from './use-remembered-choice.ts'

/** Those who set a Holdfast up read code; who was invited to build with it may not. */
const readers = new Set(['owner', 'admin'])

/** Whether code steps show their code or a card about it: as the person chose, and before that by their role. */
export function useCodeShown(): [boolean, (isShown: boolean) => void] {
  const { data: me } = useQuery(meQuery)
  const [chosen, choose] = useRememberedChoice('show-code')
  return [chosen ?? (me !== undefined && readers.has(me.role)), choose]
}
