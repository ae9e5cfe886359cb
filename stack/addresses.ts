/** TLS of a Temporal connection; certificates and keys as PEM text. */
export interface TemporalTls {
  readonly serverName?: string;
  readonly serverRootCa?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** How to reach Temporal. */
export interface TemporalAddress {
  /** Host and port. */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  /** `true`: TLS with the system's certificates. Missing: no TLS. */
  readonly tls?: TemporalTls | true;
}

/** The gate's database, one login per role. Each URL holds a password. */
export interface DatabaseUrls {
  readonly ownerUrl: string;
  readonly gateUrl: string;
  readonly clientUrl: string;
}

/** Where the parts of a stack are reached. */
export interface StackAddresses {
  readonly temporal: TemporalAddress;
  readonly database: DatabaseUrls;
}
