# Portico with Node and nothing else. `docker build -t portico .`; docs/operate.md says how it is run.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build:standalone

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Portico" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /build/standalone ./
# For a volume with the embedded database; with DATABASE_URL nothing is written.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOSTNAME=0.0.0.0 \
    PORT=3000 \
    DATABASE_DIRECTORY=/data/portico
USER node
EXPOSE 3000
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./lib/process/server/before-next.mjs", "server.js"]
