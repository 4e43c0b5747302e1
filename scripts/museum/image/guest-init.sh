#!/bin/busybox sh
# The guest's first program: the file systems, the kernel's modules, then the runner of jobs. It never comes back.
/bin/busybox --install -s /bin.busybox
export PATH=/bin:/bin.busybox HOME=/root LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /run /tmp /root /var/tmp
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
chmod 1777 /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
for module in $(cat /museum/modules); do
  insmod "/museum/modules.d/$module.ko" || echo "museum: module $module does not load"
done
ip link set lo up
stty -F /dev/ttyS1 raw 2>/dev/null
echo "museum: $(uname -r) is up"
node /museum/run-jobs.mjs >/dev/ttyS1
echo "museum: the runner ended with $?"
sync
poweroff -f
