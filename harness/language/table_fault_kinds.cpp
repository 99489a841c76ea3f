// Rows of the fault effects: what each one is (language.md 12). Their parameters are in
// table_effects.cpp.
#include <algorithm>
#include <array>

#include "harness/language/table_rows.h"

namespace replsim::harness {
namespace tables {
namespace {

constexpr std::array faults = {
    FaultRow{FaultKind::LinkCut, "link.cut", EntityKind::Link,
             "Nothing passes; nobody is told. One `direction` alone is a half-open path: what is "
             "sent that way goes into a black hole, while the other way delivers.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkLoss, "link.loss", EntityKind::Link,
             "A share of the messages is lost and sent again after a time-out.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkLatency, "link.latency", EntityKind::Link,
             "Every message takes longer.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkDuplicate, "link.duplicate", EntityKind::Link,
             "A share of the messages arrives twice.", "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::LinkReorder, "link.reorder", EntityKind::Link,
             "A share of the messages comes later, behind others that were sent after them.",
             "fault_catalogue.md (Chaos Mesh)"},
    FaultRow{FaultKind::LinkBurstLoss, "link.burst-loss", EntityKind::Link,
             "Messages are lost in bursts, in the long run a share of them.",
             "fault_catalogue.md (Gilbert-Elliott)"},
    FaultRow{FaultKind::LinkBandwidth, "link.bandwidth", EntityKind::Link,
             "The line has less bandwidth; messages queue for it.",
             "fault_catalogue.md (toxiproxy, tc)"},
    FaultRow{FaultKind::LinkClog, "link.clog", EntityKind::Link,
             "Nothing arrives while it lasts; then all that was held arrives at once, in order.",
             "fault_catalogue.md (TigerBeetle, FoundationDB)"},
    FaultRow{FaultKind::LinkFilter, "link.filter", EntityKind::Link,
             "Messages of one class are dropped; all others, and the path's own probes, pass.",
             "fault_catalogue.md (TigerBeetle, DRBD packet ids)"},
    FaultRow{FaultKind::ArrayCrash, "array.crash", EntityKind::Array,
             "The software dies; disks and their caches stay. `for` is the time until the restart.",
             "DESIGN 4"},
    FaultRow{FaultKind::ArrayPause, "array.pause", EntityKind::Array,
             "The software stands still and goes on after `for`.", "DESIGN 4"},
    FaultRow{FaultKind::ArrayPowerLoss, "array.power-loss", EntityKind::Array,
             "The software dies and un-flushed disk writes are lost or torn. `for` is the time "
             "until the restart.",
             "DESIGN 4"},
    FaultRow{FaultKind::HostCrash, "host.crash", EntityKind::Host,
             "The host dies. `for` is the time until the restart.", "DESIGN 4"},
    FaultRow{FaultKind::HostPause, "host.pause", EntityKind::Host,
             "The host stands still and goes on after `for`.", "DESIGN 4"},
    FaultRow{FaultKind::HostPowerLoss, "host.power-loss", EntityKind::Host,
             "The host loses power. `for` is the time until the restart.", "DESIGN 4"},
    FaultRow{FaultKind::DiskReadError, "disk.read-error", EntityKind::Disk, "Reads fail.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskWriteError, "disk.write-error", EntityKind::Disk, "Writes fail.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskLatency, "disk.latency", EntityKind::Disk, "Operations take longer.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskHang, "disk.hang", EntityKind::Disk,
             "Operations are not answered until it ends.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskFull, "disk.full", EntityKind::Disk,
             "Writes to space not used before fail.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskLatentError, "disk.latent-error", EntityKind::Disk,
             "Reads of a share of the data blocks fail until these are written again.",
             "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::DiskBitRot, "disk.bit-rot", EntityKind::Disk,
             "Reads of a share of the data blocks show what nobody wrote, and nobody is told, "
             "until these are written again or the fault is lifted.",
             "fault_catalogue.md (FoundationDB, dm-flakey)"},
    FaultRow{FaultKind::DiskLostWrite, "disk.lost-write", EntityKind::Disk,
             "Data that is written and acknowledged is not there: reads show what was there "
             "before, until the next write of the block or the lifting of the fault.",
             "fault_catalogue.md (dm-flakey drop_writes)"},
    FaultRow{FaultKind::DiskMisdirectedWrite, "disk.misdirected-write", EntityKind::Disk,
             "Data that is written lands elsewhere in its volume: reads show there what was "
             "written and here what was before, until the next write or the lifting of the fault.",
             "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::DiskIgnoredFlush, "disk.ignored-flush", EntityKind::Disk,
             "Flushes, and writes that are to be stable at once, are acknowledged and make no data "
             "stable; a power loss tells. The records of an array are spared.",
             "fault_catalogue.md (turmoil, lying cache)"},
    FaultRow{FaultKind::DiskTornEpoch, "disk.torn-epoch", EntityKind::Disk,
             "Says what a power loss leaves of the writes that were not flushed, of data and "
             "records alike.",
             "fault_catalogue.md (CrashMonkey, LazyFS); DESIGN 4"},
    FaultRow{FaultKind::DiskCredit, "disk.credit", EntityKind::Disk,
             "The disk grants so many operations at once and then one an interval; what is more "
             "waits.",
             "fault_catalogue.md (IOPS credit)"},
    FaultRow{FaultKind::SiteCrash, "site.crash", EntityKind::Site,
             "The software of all arrays and hosts of the site dies. `for` is the time until the "
             "restart.",
             "language.md 11; fault_catalogue.md (correlated)"},
    FaultRow{FaultKind::SitePowerLoss, "site.power-loss", EntityKind::Site,
             "All arrays and hosts of the site lose power. `for` is the time until the restart.",
             "language.md 11; fault_catalogue.md (correlated)"},
    FaultRow{FaultKind::SiteCut, "site.cut", EntityKind::Site,
             "Every link that leaves the site is cut, those of the management client too.",
             "language.md 11; fault_catalogue.md (partition)"},
    FaultRow{FaultKind::ProviderLateReply, "provider.late-reply", EntityKind::Array,
             "The array's management service answers later; what was called is done in its time.",
             "fault_catalogue.md (pywbem response_delay)"},
    FaultRow{FaultKind::ProviderLostReply, "provider.lost-reply", EntityKind::Array,
             "A share of the service's replies is lost, and what was called is done all the same. "
             "A client asks again each second until it gives up.",
             "fault_catalogue.md (commit_unknown_result)"},
    FaultRow{FaultKind::ProviderRepeatRequest, "provider.repeat-request", EntityKind::Array,
             "A share of the requests reaches the service twice; the second is answered from "
             "memory and never run again.",
             "fault_catalogue.md (csi idempotency)"},
    FaultRow{FaultKind::ProviderRestart, "provider.restart", EntityKind::Array,
             "The process of the management service dies and is back after `for`; engine, data "
             "path and jobs go on. A call under way is done by the engine, and its client is never "
             "told with what code.",
             "rulings R1 (code 2); fault_catalogue.md (provider crash)"},
    FaultRow{FaultKind::ProviderLostIndication, "provider.lost-indication", EntityKind::Array,
             "A share of the array's indications never reaches its subscribers.",
             "fault_catalogue.md (indications)"},
    FaultRow{FaultKind::ProviderLateIndication, "provider.late-indication", EntityKind::Array,
             "The array's indications reach their subscribers later.",
             "fault_catalogue.md (indications)"},
    FaultRow{FaultKind::ProviderEndlessJob, "provider.endless-job", EntityKind::Array,
             "A job whose work is done goes on showing Running; it is Completed when the fault is "
             "lifted. Nothing waits for it: the relation is free for other operations.",
             "fault_catalogue.md (job: never ends)"},
    FaultRow{FaultKind::ClockOffset, "clock.offset", EntityKind::Array,
             "The array's wall clock is ahead or behind while it lasts, and then set right. It "
             "shows in all times that the array tells; no timer runs on it.",
             "fault_catalogue.md (clock: offset, transient jump)"},
    FaultRow{FaultKind::ClockDrift, "clock.drift", EntityKind::Array,
             "The array's wall clock gains or loses from then on, until it is set right at the "
             "end.",
             "fault_catalogue.md (clock: linear drift)"},
    FaultRow{FaultKind::ClockJump, "clock.jump", EntityKind::Array,
             "The array's wall clock is set, and stays so.",
             "fault_catalogue.md (clock: jump, set by hand)"},
    FaultRow{FaultKind::ClockFrozen, "clock.frozen", EntityKind::Array,
             "The array's wall clock stands still while it lasts, and is then set right.",
             "fault_catalogue.md (frozen wall clock)"},
    FaultRow{FaultKind::ArraySlow, "array.slow", EntityKind::Array,
             "The array's software is slow: each message that comes keeps it busy `factor` times "
             "as long as the 10 us that a link's latency stands for, one after the other. Timers, "
             "disks and the links' own probes keep their time. Several multiply.",
             "fault_catalogue.md (slow CPU, throttle)"},
    FaultRow{FaultKind::HostSlow, "host.slow", EntityKind::Host,
             "The host is slow: each message that comes keeps it busy `factor` times as long as "
             "the 10 us that a link's latency stands for, one after the other.",
             "fault_catalogue.md (slow CPU, throttle)"},
    FaultRow{FaultKind::DiskStaleRead, "disk.stale-read", EntityKind::Disk,
             "A share of the reads sees its data as it was some writes ago, and nobody is told; "
             "as far back as the fault lasts.",
             "fault_catalogue.md (stale read)"},
};

constexpr bool one_row_each() {
  for (std::size_t i = 0; i < faults.size(); ++i)
    for (std::size_t j = i + 1; j < faults.size(); ++j)
      if (faults[i].word == faults[j].word || faults[i].kind == faults[j].kind) return false;
  return true;
}
static_assert(one_row_each());

}  // namespace
}  // namespace tables

std::span<const FaultRow> fault_table() {
  return tables::faults;
}
const FaultRow* find_fault(std::string_view word) {
  const auto found = std::ranges::find(tables::faults, word, &FaultRow::word);
  return found == tables::faults.end() ? nullptr : &*found;
}

}  // namespace replsim::harness
