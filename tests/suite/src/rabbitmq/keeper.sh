# Keeps one RabbitMQ node: started by the first test that needs it, ended here when nobody has held
# `users.lock` for a while, or when the node itself is gone. The tests only take locks, so a test
# that is killed leaves nothing behind.
#
#   keeper.sh DIRECTORY EPMD_PORT OWN_EPMD SERVER
directory=$1 epmd_port=$2 own_epmd=$3 server=$4
cd "$directory" || exit 1
# One keeper at a time: the last one still ends its port mapper while the next is being started.
exec 9> keeper.lock
flock 9
epmd=
if [ "$own_epmd" = yes ]; then
    epmd -port "$epmd_port" -address 127.0.0.1 > /dev/null 2>&1 9>&- &
    epmd=$!
fi
(
    sh -c 'echo $$ > pid; exec "$0"' "$server" >> log.txt 2>&1
    rm -f pid
) 9>&- &
idle=0
sleep 1
while [ -e pid ]; do
    if ! flock --nonblock --exclusive users.lock true; then
        idle=0
    elif [ "$idle" -lt 60 ]; then
        idle=$((idle + 1))
    else
        # Under the lock: whoever comes now finds the node gone, and not about to go.
        flock --nonblock --exclusive users.lock sh -c 'kill -9 "$(cat pid)"'
    fi
    sleep 0.3
done
# What a node starts itself, such as its helper for names, ends with it.
[ -n "$epmd" ] && kill "$epmd"
wait
