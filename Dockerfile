FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# What a restore reads comes first: the layer with the packages lasts until one of these files changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Registry.Api/Registry.Api.csproj src/Registry.Api/
COPY src/Registry.Gc/Registry.Gc.csproj src/Registry.Gc/
COPY src/Registry.Storage/Registry.Storage.csproj src/Registry.Storage/
# "offline" where a build reaches packages but not the servers that say which certificates were revoked.
ARG NUGET_CERT_REVOCATION_MODE=online
RUN dotnet restore src/Registry.Api/Registry.Api.csproj --use-current-runtime
COPY .editorconfig ./
COPY eng/BannedSymbols.txt eng/
COPY src/ src/
RUN dotnet publish src/Registry.Api/Registry.Api.csproj -c Release --no-restore --use-current-runtime --no-self-contained -p:UseAppHost=false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="registry" \
      org.opencontainers.image.description="A private OCI and Docker registry" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /app ./
# APP_UID is the base image's own unprivileged user. A folder mounted on /data must be writable for it.
RUN mkdir /data && chown "$APP_UID:$APP_UID" /data
USER $APP_UID
VOLUME /data
# Port 5000 on every address of the container; the health check asks the same port.
ENV ASPNETCORE_HTTP_PORTS=5000 \
    Registry__DataDirectory=/data
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["dotnet", "/app/Registry.Api.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/Registry.Api.dll"]
