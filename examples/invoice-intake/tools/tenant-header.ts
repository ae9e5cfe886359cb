/** The header by which the books tell tenants apart. */
export function tenantHeader(tenant: string): { readonly [name: string]: string } {
  return { 'x-books-tenant': tenant };
}
