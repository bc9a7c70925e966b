#!/usr/bin/env bash
# Sees to it that the Dockerfile's base images are in the local engine. Where they are not and cannot be pulled, it makes
# stand-ins under the same names: a minimal Debian (debootstrap) with this machine's own .NET in it. Needs root for that.
set -euo pipefail
sdk=mcr.microsoft.com/dotnet/sdk:10.0
aspnet=mcr.microsoft.com/dotnet/aspnet:10.0

is_there() { docker image inspect "$1" >/dev/null 2>&1 || timeout 600 docker pull -q "$1" >/dev/null 2>&1; }

! { is_there "$aspnet" && is_there "$sdk"; } || exit 0
echo "base-images.sh: $sdk and $aspnet cannot be pulled; making stand-ins from $(command -v dotnet)"

((EUID == 0)) || { echo 'base-images.sh: needs root' >&2; exit 1; }
command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null; }
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
. /etc/os-release
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase --include=ca-certificates,libstdc++6,tzdata,zlib1g "$VERSION_CODENAME" "$root" >"$work/log" 2>&1 ||
  { tail -5 "$work/log" >&2; exit 1; }
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
# The certificates that this machine trusts, so that a restore in the build reaches what a restore out here reaches.
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
# The user that Microsoft's images have, and name in APP_UID.
echo 'app:x:1654:1654::/home/app:/bin/sh' >>"$root/etc/passwd"
echo 'app:x:1654:' >>"$root/etc/group"
install -d -o 1654 -g 1654 "$root/home/app"
install -d "$root/usr/share/dotnet"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"

add() { # FOLDER...: of this machine's .NET
  local folder
  for folder in "$@"; do
    [[ ! -e $dotnet/$folder ]] || cp -a "$dotnet/$folder" "$root/usr/share/dotnet/"
  done
}

import() { # NAME: what is in $root now
  tar -C "$root" -c . | docker import \
    --change 'ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true DOTNET_NOLOGO=true DOTNET_CLI_TELEMETRY_OPTOUT=true' \
    --change 'LABEL stand-in=true' --change 'CMD ["/bin/sh"]' - "$1" >/dev/null
}

add dotnet host shared LICENSE.txt ThirdPartyNotices.txt
import "$aspnet"
add sdk sdk-manifests templates packs
import "$sdk"
