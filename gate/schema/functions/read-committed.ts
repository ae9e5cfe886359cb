/**
 * The first statement of every function of the gate: each later statement must see what others committed meanwhile, which
 * holds under read committed alone.
 */
export const READ_COMMITTED = `if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'The gate works under read committed only, not under %.', current_setting('transaction_isolation')
      using errcode = 'HF001';
  end if;`;

/**
 * How every function of the gate is declared: volatile, with its owner's rights, and looking nothing up by search path. Plans are
 * made for any tenant: one made for a tenant that statistics do not know yet reads all of what that tenant has, for every call.
 */
export const DECLARED =
  'language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan';

/** How the parts of those functions are declared: they run inside one, with its rights and its search path. */
export const DECLARED_PART = 'language plpgsql volatile';
