// The index of a topology's names.
#include "harness/language/entities.h"

#include <algorithm>

namespace replsim::harness {
namespace {

template <typename Spec>
const Spec* named(const std::vector<Spec>& specs, std::string_view name) {
  const auto found = std::ranges::find(specs, name, &Spec::name);
  return found == specs.end() ? nullptr : &*found;
}

/// `east/vol1` -> the array and `vol1`.
std::pair<std::string_view, std::string_view> split(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

bool sees(std::string_view pattern, std::string_view volume) {
  if (!pattern.ends_with("/*")) return pattern == volume;
  return split(volume).first == pattern.substr(0, pattern.size() - 2);
}

Entities::Entities(const provider::Topology& topology) : topology_(&topology) {
  for (const std::string& site : topology.sites) kinds_[site] = EntityKind::Site;
  for (const auto& host : topology.hosts) kinds_[host.name] = EntityKind::Host;
  for (const auto& link : topology.links) kinds_[link.name] = EntityKind::Link;
  for (const auto& array : topology.arrays) {
    kinds_[array.name] = EntityKind::Array;
    for (const auto& disk : array.disks) kinds_[array.name + "/" + disk.name] = EntityKind::Disk;
    for (const auto& pool : array.pools) kinds_[array.name + "/" + pool.name] = EntityKind::Pool;
    for (const auto& volume : array.volumes)
      kinds_[array.name + "/" + volume.name] = EntityKind::Volume;
  }
}

std::optional<EntityKind> Entities::find(std::string_view path) const {
  const auto found = kinds_.find(path);
  if (found != kinds_.end()) return found->second;
  const std::size_t dash = path.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == path.size()) return std::nullopt;
  const std::string_view number = path.substr(dash + 1);
  if (number.front() == '0' || number.find_first_not_of("0123456789") != number.npos)
    return std::nullopt;
  const auto pool = kinds_.find(path.substr(0, dash));
  if (pool == kinds_.end() || pool->second != EntityKind::Pool) return std::nullopt;
  return EntityKind::Volume;
}

std::vector<std::string_view> Entities::paths(const std::vector<EntityKind>& kinds) const {
  std::vector<std::string_view> result;
  for (const auto& [path, kind] : kinds_)
    if (kinds.empty() || std::ranges::find(kinds, kind) != kinds.end()) result.push_back(path);
  return result;
}

std::vector<std::string> Entities::hosts_of(std::string_view volume) const {
  std::vector<std::string> result;
  if (topology_ == nullptr) return result;
  for (const auto& host : topology_->hosts)
    if (std::ranges::any_of(host.sees, [&](const auto& pattern) { return sees(pattern, volume); }))
      result.push_back(host.name);
  return result;
}

const provider::ArraySpec* Entities::array(std::string_view name) const {
  return topology_ == nullptr ? nullptr : named(topology_->arrays, name);
}

const provider::VolumeSpec* Entities::volume(std::string_view path) const {
  const auto [owner, name] = split(path);
  const auto* spec = array(owner);
  return spec == nullptr ? nullptr : named(spec->volumes, name);
}

const provider::DiskSpec* Entities::disk(std::string_view path) const {
  const auto [owner, name] = split(path);
  const auto* spec = array(owner);
  return spec == nullptr ? nullptr : named(spec->disks, name);
}

}  // namespace replsim::harness
