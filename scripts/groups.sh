# Sourced: the groups of packages beside what serves, and how files are chosen for all of them.
GROUPS_ON_REQUEST=(train gpu peers spark dev)
# Wheels only, so that no machine needs a compiler. PySpark, which is pure Python, has none.
WHEELS_ONLY=(--only-binary ":all:" --no-binary pyspark)

# locked_for GROUP …: the part of requirements.lock that serves and that these groups need.
locked_for() {
  awk -v wanted="serve $*" '
    BEGIN { split(wanted, names); for (at in names) is_wanted[names[at]] = 1 }
    # The two builds of FAISS are one module: the one for GPUs comes in place of the other.
    function flush() { if (take && !(("gpu" in is_wanted) && block ~ /^faiss-cpu==/)) printf "%s", block }
    /^[a-z0-9]/ { flush(); block = ""; take = 0 }
    { block = block $0 "\n" }
    /^ *# for: / { for (at = 3; at <= NF; at++) if ($at in is_wanted) take = 1 }
    END { flush() }
  ' requirements.lock
}
