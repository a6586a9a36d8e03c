import { useQuery } from '@tanstack/react-query'
import { mayDo, type permissions } from '#shared/permissions.ts'
import { meQuery } from '../api/queries.ts'

/** Tells what the person's role lets them do, so that nothing is offered that would be refused. */
export function useMay(): (permission: keyof typeof permissions) => boolean {
  const role = useQuery(meQuery).data?.role
  return (permission) => role !== undefined && mayDo(role, permission)
}
