#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What image.sh changes in the new root besides installing packages. A hook of mmdebstrap: the root is its argument.
set -e

root=${1:?usage: customise.sh ROOT}
# How the image was made; in the guest, dpkg and apt shall be as they are anywhere.
rm -f "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$root/etc/apt/apt.conf.d/99mmdebstrap"

# What a machine that lives for minutes has no use for; each would be a process that takes emulated seconds.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer man-db.timer logrotate.timer serial-getty@ttyS0.service serial-getty@hvc0.service \
    getty@tty1.service systemd-pcrphase.service systemd-pcrphase-sysinit.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

# Without an identity of its own it would behave as a machine that boots for the first time.
printf '%032x\n' 4 >"$root/etc/machine-id"
echo guest >"$root/etc/hostname"
printf '127.0.0.1 localhost guest\n::1 localhost\n' >"$root/etc/hosts"
