/** `GET /.well-known/openid-configuration`, as at https://sparkplatform.com: without PKCE and logout. */

type Discovery = {
  issuer: string;
  /** The start of all endpoints' addresses. */
  address: string;
  userinfoEndpoint: boolean;
  authorizationResponseIss: boolean;
};

export function discoveryDocument(spark: Discovery) {
  const { issuer, address } = spark;
  return {
    issuer,
    authorization_endpoint: `${address}/openid/authorize`,
    token_endpoint: `${address}/openid/token`,
    ...(spark.userinfoEndpoint && { userinfo_endpoint: `${address}/openid/userinfo` }),
    jwks_uri: `${address}/openid/jwks.json`,
    revocation_endpoint: `${address}/openid/revoke`,
    response_types_supported: [
      "id_token",
      "id_token token",
      "code",
      "token",
      "id_token code token",
      "id_token code",
      "code token",
    ],
    subject_types_supported: ["public", "pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    scopes_supported: ["openid", "profile", "email", "address", "phone", "RESO", "FBS"],
    claims_parameter_supported: true,
    claims_supported: claims,
    ...(spark.authorizationResponseIss && { authorization_response_iss_parameter_supported: true }),
  };
}

const claims = [
  "sub",
  "iss",
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "MemberNameSuffix",
  "preferred_username",
  "website",
  "address",
  "phone_number",
  "phone_number_verified",
  "picture",
  "email",
  "email_verified",
  "zoneinfo",
  "MemberMlsId",
  "OfficeKey",
  "Office",
  "OfficeMlsId",
  "MemberNrdsId",
  "MemberStateLicense",
  "MemberAOR",
  "MemberAORkey",
  "MemberPrimaryAorId",
  "MemberPrimaryAorKey",
  "MemberType",
  "MemberStatus",
  "UserType",
  "UserLevel",
  "FlexmlsMemberType",
  "user_is_visible",
  "user_profile_visible",
  "user_is_enabled",
  "user_is_active",
  "mls_system_access",
  "user_is_billable",
];
