/** The independent signer that ours is compared with; it has no types of its own. */
declare module "oauth-sign" {
  const oauthSign: {
    hmacsign(
      method: string,
      address: string,
      parameters: Record<string, string | string[]>,
      consumerSecret: string,
      tokenSecret?: string,
    ): string;
  };
  export = oauthSign;
}
