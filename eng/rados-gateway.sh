#!/usr/bin/env bash
# A one-node Ceph cluster with its S3 gateway on loopback, for tests: rados-gateway.sh DIR PORT
# Keeps everything in memory, says "ready" when the gateway answers, and goes on until its standard input ends: so it
# ends, and removes DIR, also when the program that started it has died. Needs radosgw, ceph-mon, ceph-osd; no systemd, no
# manager, no root. DIR must be a short absolute path (names of sockets); the ports PORT+20000 to PORT+20060 are used too.
# Keys: $S3_ACCESS_KEY and $S3_SECRET_KEY.
set -euo pipefail
dir=$1
port=$2
monitor=$((port + 20000))
PATH=$PATH:/usr/sbin:/sbin

end() {
  trap - EXIT INT TERM HUP
  local file pid
  for file in "$dir"/run/*.pid; do
    [[ -f $file ]] && pid=$(cat "$file") || continue
    # Only what runs with our own file, which is on its command line: the number may be somebody else's by now.
    if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$dir/ceph.conf"; then
      kill -9 "$pid" 2>/dev/null || true
    fi
  done
  rm -rf "$dir"
}
trap end EXIT
trap 'exit 1' INT TERM HUP

write_configuration() {
  cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $1
mon host = [v2:127.0.0.1:$monitor,v1:127.0.0.1:$((monitor + 1))]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind port min = $((monitor + 10))
ms bind port max = $((monitor + 60))
run dir = $dir/run
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
log file = $dir/log/\$name.log
mon cluster log file = $dir/log/cluster.log
crash dir = $dir/run
# Inside the cluster nobody asks for keys; the gateway checks every signature all the same. The modes must say it too,
# or the gateway waits five minutes for a secure connection.
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
ms async op threads = 2
# One copy of everything, and decisions at once.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.02
[mon]
mon data = $dir/mon
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = $((4 * 1024 * 1024 * 1024))
osd class load list = *
osd class default list = *
osd op num shards = 2
[client]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw run sync thread = false
rgw enable usage log = false
rgw enable ops log = false
rgw thread pool size = 64
# Deleted bytes are memory: give them back soon.
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw gc processor max time = 5
CONF
}

mkdir -p "$dir"/{mon,osd,log,run}
cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)
write_configuration "$cluster"
export CEPH_CONF=$dir/ceph.conf CEPH_ARGS="--conf $dir/ceph.conf"
{
  monmaptool --create --clobber --fsid "$cluster" --addv a "[v2:127.0.0.1:$monitor,v1:127.0.0.1:$((monitor + 1))]" "$dir/monmap"
  ceph-mon --mkfs -i a --monmap "$dir/monmap"
  ceph-mon -c "$dir/ceph.conf" -i a
  ceph osd new "$disk" 0
  ceph-osd -i 0 --mkfs --osd-uuid "$disk"
  ceph-osd -c "$dir/ceph.conf" -i 0
  radosgw-admin user create --uid=registry --display-name=registry --access-key="$S3_ACCESS_KEY" --secret-key="$S3_SECRET_KEY"
  radosgw -c "$dir/ceph.conf" -n client.rgw
} </dev/null >"$dir/log/start.log" 2>&1 || { tail -20 "$dir/log/start.log" >&2; exit 1; }

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
for ((tries = 0; tries < 600; tries++)); do
  ! answers || break
  sleep 0.05
done
answers || { tail -20 "$dir"/log/*rgw*.log >&2; exit 1; }
echo ready
cat >/dev/null
