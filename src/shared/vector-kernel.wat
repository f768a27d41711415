;; Kernels over int8 vectors and sign bits. Dimensions are a multiple of 128, so that every vector of bits fills whole
;; 16-byte lanes. All pointers are byte offsets into the exported memory.
(module
  (memory (export "memory") 1)

  ;; out[i] (u16) = number of bits in which vector i of `bits` differs from `query`; `stride` bytes per vector.
  (func (export "hamming") (param $bits i32) (param $count i32) (param $stride i32) (param $query i32) (param $out i32)
    (local $lane i32) (local $sum i32) (local $x v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.const 0))
        (local.set $lane (i32.const 0))
        (loop $lanes
          (local.set $x (i8x16.popcnt (v128.xor
            (v128.load (i32.add (local.get $bits) (local.get $lane)))
            (v128.load (i32.add (local.get $query) (local.get $lane))))))
          (local.set $x (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $x))))
          (local.set $sum (i32.add (local.get $sum) (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $x)) (i32x4.extract_lane 1 (local.get $x)))
            (i32.add (i32x4.extract_lane 2 (local.get $x)) (i32x4.extract_lane 3 (local.get $x))))))
          (local.set $lane (i32.add (local.get $lane) (i32.const 16)))
          (br_if $lanes (i32.lt_u (local.get $lane) (local.get $stride))))
        (i32.store16 (local.get $out) (local.get $sum))
        (local.set $out (i32.add (local.get $out) (i32.const 2)))
        (local.set $bits (i32.add (local.get $bits) (local.get $stride)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))

  ;; The dot product of two int8 vectors of `dimensions` components.
  (func (export "dot") (param $a i32) (param $b i32) (param $dimensions i32) (result i32)
    (local $i i32) (local $sum v128) (local $x v128) (local $y v128)
    (loop $next
      (local.set $x (v128.load (i32.add (local.get $a) (local.get $i))))
      (local.set $y (v128.load (i32.add (local.get $b) (local.get $i))))
      (local.set $sum (i32x4.add (local.get $sum) (i32x4.add
        (i32x4.extadd_pairwise_i16x8_s (i16x8.extmul_low_i8x16_s (local.get $x) (local.get $y)))
        (i32x4.extadd_pairwise_i16x8_s (i16x8.extmul_high_i8x16_s (local.get $x) (local.get $y))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $dimensions))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))

  ;; sums[d] (i32) = sum over `count` terms of weight (i32, below 2^15) x component d of the term's row; `rows` holds
  ;; the byte offsets (u32) of the rows.
  (func (export "weightedSum") (param $rows i32) (param $weights i32) (param $count i32) (param $dimensions i32) (param $sums i32)
    (local $d i32) (local $i i32) (local $x v128) (local $w v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (loop $block
      (local.set $s0 (v128.const i32x4 0 0 0 0))
      (local.set $s1 (v128.const i32x4 0 0 0 0))
      (local.set $s2 (v128.const i32x4 0 0 0 0))
      (local.set $s3 (v128.const i32x4 0 0 0 0))
      (local.set $i (i32.const 0))
      (block $summed
        (loop $term
          (br_if $summed (i32.ge_u (local.get $i) (i32.shl (local.get $count) (i32.const 2))))
          (local.set $w (i16x8.splat (i32.load (i32.add (local.get $weights) (local.get $i)))))
          (local.set $x (v128.load (i32.add (i32.load (i32.add (local.get $rows) (local.get $i))) (local.get $d))))
          (local.set $s0 (i32x4.add (local.get $s0)
            (i32x4.extmul_low_i16x8_s (i16x8.extend_low_i8x16_s (local.get $x)) (local.get $w))))
          (local.set $s1 (i32x4.add (local.get $s1)
            (i32x4.extmul_high_i16x8_s (i16x8.extend_low_i8x16_s (local.get $x)) (local.get $w))))
          (local.set $s2 (i32x4.add (local.get $s2)
            (i32x4.extmul_low_i16x8_s (i16x8.extend_high_i8x16_s (local.get $x)) (local.get $w))))
          (local.set $s3 (i32x4.add (local.get $s3)
            (i32x4.extmul_high_i16x8_s (i16x8.extend_high_i8x16_s (local.get $x)) (local.get $w))))
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br $term)))
      (v128.store (local.get $sums) (local.get $s0))
      (v128.store offset=16 (local.get $sums) (local.get $s1))
      (v128.store offset=32 (local.get $sums) (local.get $s2))
      (v128.store offset=48 (local.get $sums) (local.get $s3))
      (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
      (local.set $d (i32.add (local.get $d) (i32.const 16)))
      (br_if $block (i32.lt_u (local.get $d) (local.get $dimensions))))))
